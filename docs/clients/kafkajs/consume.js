// Prints decisions, one a line, from the first on: node consume.js [COUNT]
const { Kafka, logLevel } = require('kafkajs');
const { SchemaRegistry } = require('@kafkajs/confluent-schema-registry');

const count = Number(process.argv[2] || Infinity);

async function run() {
  const registry = new SchemaRegistry({ host: process.env.SCHEMA_REGISTRY_URL });
  const consumer = new Kafka({ brokers: process.env.BOOTSTRAP_SERVERS.split(','), logLevel: logLevel.ERROR })
    .consumer({ groupId: process.env.GROUP_ID || 'my-decisions' });
  await consumer.connect();
  await consumer.subscribe({ topics: ['payment-decisions'], fromBeginning: true });
  let read = 0;
  let done;
  const enough = new Promise((resolve) => { done = resolve; });
  await consumer.run({
    eachMessage: async ({ message }) => {
      if (read === count) return;
      const decision = await registry.decode(message.value);
      console.log(`${decision.clientId}/${decision.idempotencyKey} ${decision.verdict} ${decision.status || '-'}`
        + ` ${decision.commandPartition}@${decision.commandOffset}`);
      read += 1;
      if (read === count) done();
    },
  });
  await enough;
  await consumer.disconnect();
}

run().catch((failure) => { console.error(failure); process.exitCode = 1; });
