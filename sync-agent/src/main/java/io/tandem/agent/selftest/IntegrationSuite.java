package io.tandem.agent.selftest;

/** Changes travel from Atlas to the device. */
final class IntegrationSuite implements Suite {

    private static final String ITEMS = "items";

    @Override
    public String name() {
        return "integration";
    }

    @Override
    public String purpose() {
        return "changes travel from Atlas to this device";
    }

    @Override
    public void run(Bench bench) throws InterruptedException {
        DeviceUnderTest device = bench.start();
        device.hub(ITEMS).insertOne(DeviceUnderTest.item("tea", "Tea", 25));
        bench.expect(
                "Atlas → Local: Document created",
                device,
                () -> DeviceUnderTest.hasPrice(device.localDocument(ITEMS, "tea"), 25),
                "the new document on the device");
        device.hub(ITEMS).updateOne(DeviceUnderTest.key("tea"), DeviceUnderTest.setPrice(30));
        bench.expect(
                "Atlas → Local: Document updated",
                device,
                () -> DeviceUnderTest.hasPrice(device.localDocument(ITEMS, "tea"), 30),
                "the new price on the device");
        device.hub(ITEMS).deleteOne(DeviceUnderTest.key("tea"));
        bench.expect(
                "Atlas → Local: Document deleted",
                device,
                () -> device.localDocument(ITEMS, "tea") == null,
                "the document to be gone from the device");
        bench.passed("All tests passed");
    }
}
