package io.tandem.demo.architecture.bad.driver.engine.mongo;

import com.mongodb.client.MongoClient;

/** The one place that may know the driver. */
public record AllowedAdapter(MongoClient client) {}
