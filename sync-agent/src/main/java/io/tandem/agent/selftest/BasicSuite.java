package io.tandem.agent.selftest;

/** Changes travel from the device to Atlas. */
final class BasicSuite implements Suite {

    private static final String ITEMS = "items";

    @Override
    public String name() {
        return "basic";
    }

    @Override
    public String purpose() {
        return "changes travel from this device to Atlas";
    }

    @Override
    public void run(Bench bench) throws InterruptedException {
        DeviceUnderTest device = bench.start();
        device.local(ITEMS).insertOne(DeviceUnderTest.item("tea", "Tea", 25));
        bench.expect(
                "Local → Atlas: Document created",
                device,
                () -> DeviceUnderTest.hasPrice(device.hubDocument(ITEMS, "tea"), 25),
                "the new document in Atlas");
        device.local(ITEMS).updateOne(DeviceUnderTest.key("tea"), DeviceUnderTest.setPrice(30));
        bench.expect(
                "Local → Atlas: Document updated",
                device,
                () -> DeviceUnderTest.hasPrice(device.hubDocument(ITEMS, "tea"), 30),
                "the new price in Atlas");
        device.local(ITEMS).deleteOne(DeviceUnderTest.key("tea"));
        bench.expect(
                "Local → Atlas: Document deleted",
                device,
                () -> device.hubDocument(ITEMS, "tea") == null,
                "the document to be gone from Atlas");
        bench.passed("All tests passed");
    }
}
