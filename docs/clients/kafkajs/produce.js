// Asks for one payment: node produce.js IDEMPOTENCY_KEY DEBTOR CREDITOR AMOUNT_MINOR CURRENCY
// Prints which command it was, as PARTITION@OFFSET: the decision that answers it names both.
const fs = require('fs');
const path = require('path');
const { Kafka, logLevel } = require('kafkajs');
const { COMPATIBILITY, SchemaRegistry, SchemaType } = require('@kafkajs/confluent-schema-registry');

const [idempotencyKey, debtorAccount, creditorAccount, amountMinor, currency] = process.argv.slice(2);
const clientId = process.env.CLIENT_ID || 'acme-shop';
const schema = fs.readFileSync(process.env.PAYMENT_COMMAND_SCHEMA
  || path.join(__dirname, '../../../schemas/src/main/avro/PaymentCommand.avsc'), 'utf8');

async function run() {
  const registry = new SchemaRegistry({ host: process.env.SCHEMA_REGISTRY_URL });
  // The subject has this level. Without the option, register() asks for BACKWARD and throws.
  const { id } = await registry.register({ type: SchemaType.AVRO, schema },
    { subject: 'payment-commands-value', compatibility: COMPATIBILITY.FULL_TRANSITIVE });
  const value = await registry.encode(id, {
    clientId, idempotencyKey, debtorAccount, creditorAccount, amountMinor: Number(amountMinor), currency,
    reference: null,
    sentAt: Date.now(), // Of the first attempt: keep it, and send it again with each retry.
  });
  const producer = new Kafka({ brokers: process.env.BOOTSTRAP_SERVERS.split(','), logLevel: logLevel.ERROR })
    .producer({ idempotent: true });
  await producer.connect();
  const [sent] = await producer.send({
    topic: 'payment-commands',
    messages: [{ key: `${clientId}/${idempotencyKey}`, value }],
  });
  await producer.disconnect();
  console.log(`${sent.partition}@${sent.baseOffset}`);
}

run().catch((failure) => { console.error(failure); process.exitCode = 1; });
