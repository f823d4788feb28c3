// What a person types into mongosh: writes, reads, watches, looks around. Run with 'mongosh <connection string> --file shell.js'.
function expect(what, found, wanted) {
  const text = EJSON.stringify(found);
  if (text !== wanted) {
    print('WRONG: ' + what + ': ' + text + ' instead of ' + wanted);
    quit(1);
  }
}

const shop = db.getSiblingDB('typed');
expect('insertMany', Object.values(shop.menu.insertMany([{ _id: 1, name: 'tea' }, { _id: 2, name: 'coffee' }]).insertedIds), '[1,2]');
const stream = shop.watch();
stream.tryNext();
expect('updateOne', shop.menu.updateOne({ _id: 1 }, { $set: { price: 2 } }).modifiedCount, '1');
let change = stream.tryNext();
for (let i = 0; i < 100 && change === null; i++) {
  change = stream.tryNext();
}
expect('watch', [change.operationType, change.documentKey, change.updateDescription.updatedFields], '["update",{"_id":1},{"price":2}]');
stream.close();
expect('find', shop.menu.find().sort({ _id: -1 }).toArray(), '[{"_id":2,"name":"coffee"},{"_id":1,"name":"tea","price":2}]');
expect('countDocuments', shop.menu.countDocuments({ price: { $gt: 1 } }), '1');
expect('createIndex', shop.menu.createIndex({ name: 1 }, { unique: true }), '"name_1"');
expect('getIndexes', shop.menu.getIndexes().map((index) => index.name), '["_id_","name_1"]');
try {
  shop.menu.insertOne({ name: 'tea' });
  expect('a second tea', 'inserted', 'refused');
} catch (refused) {
  expect('a second tea', refused.code, '11000');
}
expect('getCollectionNames', shop.getCollectionNames(), '["menu"]');
expect('rs.status', rs.status().members.map((member) => member.stateStr), '["PRIMARY"]');
expect('stats', shop.menu.stats().count, '2');
expect('drop', shop.menu.drop(), 'true');
print('mongosh ' + version() + ' is content');
