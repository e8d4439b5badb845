package io.hapax.sandbox;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;
import org.apache.kafka.common.requests.RequestHeader;

/**
 * A producer that speaks Kafka's protocol itself, over one connection, and so can write what Kafka's Java producer
 * refuses to and others write: records without a time.
 */
public final class RawProducer implements AutoCloseable {
    /** The last version that names topics by name. */
    private static final short VERSION = 12;

    private static final int TIMEOUT_MS = 30_000;

    private final Socket socket;
    private final DataOutputStream out;
    private final DataInputStream in;
    private int requests;

    /** @param bootstrapServers of a cluster of one broker */
    public RawProducer(String bootstrapServers) {
        int colon = bootstrapServers.lastIndexOf(':');
        try {
            socket = new Socket(
                    bootstrapServers.substring(0, colon), Integer.parseInt(bootstrapServers.substring(colon + 1)));
            socket.setSoTimeout(TIMEOUT_MS);
            out = new DataOutputStream(socket.getOutputStream());
            in = new DataInputStream(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot reach " + bootstrapServers, e);
        }
    }

    /** Appends the records as one batch; the offset of the first. Throws if the broker refuses it, all of it. */
    public long send(String topic, int partition, List<SimpleRecord> records) {
        PartitionProduceData data = new PartitionProduceData()
                .setIndex(partition)
                .setRecords(MemoryRecords.withRecords(Compression.NONE, records.toArray(SimpleRecord[]::new)));
        TopicProduceDataCollection topics = new TopicProduceDataCollection();
        topics.add(new TopicProduceData().setName(topic).setPartitionData(List.of(data)));
        ProduceRequest request = new ProduceRequest(
                new ProduceRequestData()
                        .setAcks((short) -1)
                        .setTimeoutMs(TIMEOUT_MS)
                        .setTopicData(topics),
                VERSION);
        PartitionProduceResponse answer = exchange(request);
        Errors error = Errors.forCode(answer.errorCode());
        if (error != Errors.NONE) {
            throw error.exception(topic + " " + partition + ": " + answer.errorMessage());
        }
        return answer.baseOffset();
    }

    private PartitionProduceResponse exchange(ProduceRequest request) {
        RequestHeader header = new RequestHeader(ApiKeys.PRODUCE, VERSION, "raw", ++requests);
        ByteBuffer bytes = request.serializeWithHeader(header);
        try {
            out.writeInt(bytes.remaining());
            out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
            out.flush();
            byte[] answer = new byte[in.readInt()];
            in.readFully(answer);
            ProduceResponse response =
                    (ProduceResponse) AbstractResponse.parseResponse(ByteBuffer.wrap(answer), header);
            return response.data()
                    .responses()
                    .iterator()
                    .next()
                    .partitionResponses()
                    .getFirst();
        } catch (IOException e) {
            throw new UncheckedIOException("the broker did not answer", e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
