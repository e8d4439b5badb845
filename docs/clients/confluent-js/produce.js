// Asks for one payment: node produce.js IDEMPOTENCY_KEY DEBTOR CREDITOR AMOUNT_MINOR CURRENCY
// Prints which command it was, as PARTITION@OFFSET: the decision that answers it names both.
const { KafkaJS } = require('@confluentinc/kafka-javascript');
const { AvroSerializer, SchemaRegistryClient, SerdeType } = require('@confluentinc/schemaregistry');

const [idempotencyKey, debtorAccount, creditorAccount, amountMinor, currency] = process.argv.slice(2);
const clientId = process.env.CLIENT_ID || 'acme-shop';

async function run() {
  const registry = new SchemaRegistryClient({ baseURLs: [process.env.SCHEMA_REGISTRY_URL] });
  // The operator registered the schema (scripts/topics create --registry). Programs take the latest version.
  const serializer = new AvroSerializer(registry, SerdeType.VALUE,
    { autoRegisterSchemas: false, useLatestVersion: true });
  const value = await serializer.serialize('payment-commands', {
    clientId, idempotencyKey, debtorAccount, creditorAccount, amountMinor: Number(amountMinor), currency,
    reference: null,
    sentAt: Date.now(), // Of the first attempt: keep it, and send it again with each retry.
  });
  const producer = new KafkaJS.Kafka({
    kafkaJS: { brokers: process.env.BOOTSTRAP_SERVERS.split(','), logLevel: KafkaJS.logLevel.ERROR },
  }).producer({ kafkaJS: { idempotent: true } });
  await producer.connect();
  const [sent] = await producer.send({
    topic: 'payment-commands',
    messages: [{ key: `${clientId}/${idempotencyKey}`, value }],
  });
  await producer.disconnect();
  console.log(`${sent.partition}@${sent.baseOffset}`);
}

run().catch((failure) => { console.error(failure); process.exitCode = 1; });
