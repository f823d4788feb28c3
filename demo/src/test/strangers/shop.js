// A Mongoose program as a stranger would write it: connects, writes, reads, watches. Argument: the connection string.
'use strict';
const assert = require('node:assert');
const { once } = require('node:events');
const mongoose = require('mongoose');

async function main() {
  await mongoose.connect(process.argv[2]);
  const saleSchema = new mongoose.Schema(
    { item: { type: String, unique: true }, price: mongoose.Schema.Types.Decimal128, tags: [String], count: Number },
    { timestamps: true });
  const Sale = mongoose.model('Sale', saleSchema);
  await Sale.init(); // creates the collection and its unique index

  const stream = Sale.watch([], { fullDocument: 'updateLookup' });
  const seen = [];
  stream.on('change', (change) => seen.push(change.operationType));
  await once(stream, 'resumeTokenChanged'); // now it is open

  const tea = await Sale.create({ item: 'tea', price: '2.50', tags: ['hot'], count: 1 });
  await Sale.updateOne({ _id: tea._id }, { $push: { tags: 'green' } });
  const found = await Sale.findOne({ item: /^TE/i }).lean();
  assert.deepStrictEqual([found.price.toString(), found.tags], ['2.50', ['hot', 'green']]);
  await assert.rejects(Sale.create({ item: 'tea' }), { code: 11000, keyValue: { item: 'tea' } });

  await mongoose.connection.transaction(async (session) => {
    await Sale.create([{ item: 'coffee', count: 2 }], { session });
    await Sale.updateOne({ item: 'tea' }, { $inc: { count: 10 } }, { session });
  });
  const [sum] = await Sale.aggregate([{ $group: { _id: null, count: { $sum: '$count' } } }]);
  assert.strictEqual(sum.count, 13);
  await Sale.deleteOne({ item: 'tea' });

  while (seen.length < 5) {
    await once(stream, 'change');
  }
  assert.deepStrictEqual(seen, ['insert', 'update', 'insert', 'update', 'delete']);
  await stream.close();
  await mongoose.disconnect();
  console.log('mongoose ' + mongoose.version + ' is content');
}

main().catch((failure) => {
  console.error(failure);
  process.exit(1);
});
