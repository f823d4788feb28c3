package io.tandem.demo.architecture.bad.driver.engine.read;

import com.mongodb.client.MongoClient;

/** A step that knows the driver. */
public record ReadsWithTheDriver(MongoClient client) {}
