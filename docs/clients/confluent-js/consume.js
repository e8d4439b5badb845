// Prints decisions, one a line, from the first on: node consume.js [COUNT]
const { KafkaJS } = require('@confluentinc/kafka-javascript');
const { AvroDeserializer, SchemaRegistryClient, SerdeType } = require('@confluentinc/schemaregistry');

const count = Number(process.argv[2] || Infinity);

async function run() {
  const registry = new SchemaRegistryClient({ baseURLs: [process.env.SCHEMA_REGISTRY_URL] });
  const deserializer = new AvroDeserializer(registry, SerdeType.VALUE, {});
  const consumer = new KafkaJS.Kafka({
    kafkaJS: { brokers: process.env.BOOTSTRAP_SERVERS.split(','), logLevel: KafkaJS.logLevel.ERROR },
  }).consumer({
    kafkaJS: { groupId: process.env.GROUP_ID || 'my-decisions', fromBeginning: true },
  });
  await consumer.connect();
  await consumer.subscribe({ topics: ['payment-decisions'] });
  let read = 0;
  let done;
  const enough = new Promise((resolve) => { done = resolve; });
  await consumer.run({
    eachMessage: async ({ topic, message }) => {
      if (read === count) return;
      const decision = await deserializer.deserialize(topic, message.value);
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
