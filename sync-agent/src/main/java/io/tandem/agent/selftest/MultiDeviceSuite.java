package io.tandem.agent.selftest;

/** What one device does arrives on another, as in step 2.8 of the guide. */
final class MultiDeviceSuite implements Suite {

    private static final String ITEMS = "menuitems";

    @Override
    public String name() {
        return "multi-device";
    }

    @Override
    public String purpose() {
        return "what one device does arrives on another";
    }

    @Override
    public void run(Bench bench) throws InterruptedException {
        DeviceUnderTest a = bench.start();
        DeviceUnderTest b = bench.startSecond();
        a.local(ITEMS).insertOne(DeviceUnderTest.item("item", "Test Item", 25));
        bench.expect(
                "Device A → Device B: Document created",
                b,
                () -> DeviceUnderTest.hasPrice(b.localDocument(ITEMS, "item"), 25),
                "the document of device A on device B");
        b.local(ITEMS).updateOne(DeviceUnderTest.key("item"), DeviceUnderTest.setPrice(30));
        bench.expect(
                "Device B → Device A: Document updated",
                a,
                () -> DeviceUnderTest.hasPrice(a.localDocument(ITEMS, "item"), 30),
                "price 30 on device A");
        a.local(ITEMS).deleteOne(DeviceUnderTest.key("item"));
        bench.expect(
                "Device A → Device B: Document deleted",
                b,
                () -> b.localDocument(ITEMS, "item") == null,
                "the document to be gone from device B");
        bench.require(
                "Devices have identities of their own",
                !a.status().instanceId().equals(b.status().instanceId()),
                () -> "both are called " + a.status().instanceId());
        bench.passed("Devices have identities of their own");
        bench.passed("All tests passed");
    }
}
