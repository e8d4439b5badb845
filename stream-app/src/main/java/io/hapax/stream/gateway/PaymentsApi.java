package io.hapax.stream.gateway;

import io.hapax.schemas.CancelCommand;
import io.hapax.schemas.CancelRequest;
import io.hapax.stream.decision.Asked;
import io.hapax.stream.decision.CommandCheck;
import io.hapax.stream.decision.Payload;
import io.hapax.stream.decision.SwitchedOn;
import io.hapax.stream.decision.Violation;
import io.hapax.stream.gateway.credentials.Debtors;
import io.hapax.stream.gateway.credentials.Scope;
import io.hapax.stream.gateway.journey.Submission;
import io.hapax.stream.settings.GatewaySettings;
import io.hapax.topics.PaymentKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/**
 * The requests of clients: to send a command, and to look up what became of it. Checks run in the order in which they
 * stand here, and the first that fails is the answer.
 */
final class PaymentsApi {
    /** Whether a part of the service is switched on is no matter of the request. */
    private static final CommandCheck NEW_COMMANDS = new CommandCheck(Duration.ZERO, SwitchedOn.ALL);

    private final Credentials credentials;
    private final RequestsInFlight inFlight;
    private final Payments payments;
    private final LookUps lookUps;
    private final GatewaySettings settings;
    private final LimitFields limits;

    /** The work for a request of a client that may ask for it. */
    private interface WorkOfClient {
        Reply reply(Credentials.Checked.Client client) throws InterruptedException;
    }

    /** The sender of commands, which also waits for their decisions. */
    interface Payments {
        Submission submit(PaymentKey key, SpecificRecord command, Duration atMost) throws InterruptedException;
    }

    /** The source of the states of payments and reservations. */
    interface LookUps {
        Reply find(HttpCall call, LookedUp kind, PaymentKey key) throws InterruptedException;
    }

    PaymentsApi(
            Credentials credentials,
            RequestsInFlight inFlight,
            Payments payments,
            LookUps lookUps,
            GatewaySettings settings) {
        this.credentials = credentials;
        this.inFlight = inFlight;
        this.payments = payments;
        this.lookUps = lookUps;
        this.settings = settings;
        this.limits = new LimitFields(settings.clientBurst(), settings.clientRate(), settings.clientRequestsInFlight());
    }

    /**
     * The request to do something under an idempotency key.
     *
     * @param reader of its body
     */
    ClientReply post(HttpCall call, CommandBody.Reader reader) throws InterruptedException {
        return ofClient(call, Scope.WRITE, client -> post(call, reader, client));
    }

    /**
     * The request that nothing be done under a key, ever. The path says all, so it has no body and no header with a
     * key. It debits no account: an API key that is narrowed to some may cancel as well.
     *
     * @param path what stands for the key
     */
    ClientReply cancel(HttpCall call, String path) throws InterruptedException {
        return ofClient(call, Scope.WRITE, client -> cancel(call, client.id(), KeyInPath.decode(path)));
    }

    /**
     * The look-up of a key.
     *
     * @param path what stands for the key
     */
    ClientReply get(HttpCall call, LookedUp kind, String path) throws InterruptedException {
        return ofClient(call, Scope.READ, client -> get(call, kind, client.id(), KeyInPath.decode(path)));
    }

    private ClientReply ofClient(HttpCall call, Scope needed, WorkOfClient work) throws InterruptedException {
        return switch (credentials.check(call, needed)) {
            case Credentials.Checked.Refused(var answered) -> answered;
            case Credentials.Checked.OverRate(var client) ->
                new ClientReply(
                        limits.tell(Reply.problem(Problem.TOO_MANY_REQUESTS), 0, inFlight.freeOf(client)), client);
            case Credentials.Checked.Client client -> {
                Reply reply = inFlight.ofClient(client.id(), () -> work.reply(client));
                yield new ClientReply(limits.tell(reply, client.left(), inFlight.freeOf(client.id())), client.id());
            }
        };
    }

    private Reply post(HttpCall call, CommandBody.Reader reader, Credentials.Checked.Client client)
            throws InterruptedException {
        if (!AcceptHeader.allowsJson(call.headers("Accept"))) {
            return Reply.problem(Problem.NOT_ACCEPTABLE);
        }
        if (!isJson(call)) {
            return Reply.problem(Problem.UNSUPPORTED_MEDIA_TYPE);
        }
        return switch (IdempotencyKeyHeader.of(call.headers("Idempotency-Key"))) {
            case IdempotencyKeyHeader.Missing missing -> Reply.problem(Problem.KEY_MISSING);
            case IdempotencyKeyHeader.Malformed malformed -> Reply.problem(Problem.KEY_MALFORMED);
            case IdempotencyKeyHeader.Key(var key) ->
                post(call, reader, client.debtors(), new PaymentKey(client.id(), key));
        };
    }

    private Reply post(HttpCall call, CommandBody.Reader reader, Debtors debtors, PaymentKey key)
            throws InterruptedException {
        return switch (call.body()) {
            case HttpCall.Body.TooLarge tooLarge -> Reply.problem(Problem.BODY_TOO_LARGE);
            case HttpCall.Body.TooSlow tooSlow -> Reply.problem(Problem.BODY_TOO_SLOW);
            case HttpCall.Body.Broken broken -> Reply.problem(Problem.BAD_REQUEST);
            case HttpCall.Body.Complete(var bytes) -> post(call, debtors, key, reader.read(bytes, key));
        };
    }

    private Reply post(HttpCall call, Debtors debtors, PaymentKey key, CommandBody.Read body)
            throws InterruptedException {
        return switch (body) {
            case CommandBody.Read.Refused(var problem, var violations) ->
                Reply.problem(problem, Map.of("violations", violations));
            case CommandBody.Read.Command(var command)
            when !mayDebit(debtors, payload(command)) -> Reply.problem(Problem.NOT_ALLOWED);
            case CommandBody.Read.Command(var command) -> inFlight.ofAll(() -> submit(call, key, command));
        };
    }

    private Reply submit(HttpCall call, PaymentKey key, SpecificRecord command) throws InterruptedException {
        if (DryRun.isAskedFor(call.headers("Prefer"))) {
            return dryRun(call, key, command);
        }
        WaitPreference preference =
                WaitPreference.of(call.headers("Prefer"), settings.defaultWait(), settings.longestWait());
        Payload asked = payload(command);
        return switch (payments.submit(key, command, preference.atMost())) {
            case Submission.Answered(var decision) -> preference.confirm(DecisionReply.reply(decision, asked));
            case Submission.Undecided undecided -> preference.confirm(DecisionReply.pending(key, asked.asked()));
            case Submission.Unconfirmed unconfirmed -> Reply.problem(Problem.UNAVAILABLE);
        };
    }

    private Reply dryRun(HttpCall call, PaymentKey key, SpecificRecord command) throws InterruptedException {
        return advice(call, key, command).with("Preference-Applied", DryRun.APPLIED);
    }

    /** As the real request would be answered, as far as the gateway and the stores know. */
    private Reply advice(HttpCall call, PaymentKey key, SpecificRecord command) throws InterruptedException {
        if (!credentials.have(call, Scope.READ)) {
            return Reply.problem(Problem.NOT_ALLOWED);
        }
        for (LookedUp kind : LookedUp.values()) {
            Reply found = lookUps.find(call, kind, key);
            if (found.status() == 200) {
                return DryRun.known(key, payload(command), kind, found.body());
            }
            if (found.status() != 404) {
                return found;
            }
        }
        Violation refused = NEW_COMMANDS.refusedIfNew(CommandBody.received(command));
        return refused == null ? DryRun.unknown(key) : DecisionReply.invalid(List.of(refused.name()));
    }

    private static boolean mayDebit(Debtors debtors, Payload payload) {
        return !(payload instanceof Payload.OfDebtor debit) || debtors.include(debit.debtorAccount());
    }

    private static Payload payload(SpecificRecord command) {
        return CommandCheck.payload(CommandBody.received(command));
    }

    private Reply cancel(HttpCall call, String client, String key) throws InterruptedException {
        if (!AcceptHeader.allowsJson(call.headers("Accept"))) {
            return Reply.problem(Problem.NOT_ACCEPTABLE);
        }
        return CommandCheck.isIdempotencyKey(key)
                ? inFlight.ofAll(() -> cancel(call, new PaymentKey(client, key)))
                : Reply.problem(Problem.KEY_MALFORMED);
    }

    private Reply cancel(HttpCall call, PaymentKey key) throws InterruptedException {
        CancelCommand command = new CancelCommand(CancelRequest.CANCEL, key.clientId(), key.idempotencyKey());
        if (DryRun.isAskedFor(call.headers("Prefer"))) {
            return dryRun(call, key, command);
        }
        WaitPreference preference =
                WaitPreference.of(call.headers("Prefer"), settings.defaultWait(), settings.longestWait());
        return switch (payments.submit(key, command, preference.atMost())) {
            case Submission.Answered(var decision) -> preference.confirm(CancelReply.reply(decision));
            case Submission.Undecided undecided -> preference.confirm(DecisionReply.pending(key, Asked.CANCELLATION));
            case Submission.Unconfirmed unconfirmed -> Reply.problem(Problem.UNAVAILABLE);
        };
    }

    private Reply get(HttpCall call, LookedUp kind, String client, String key) throws InterruptedException {
        if (!AcceptHeader.allowsJson(call.headers("Accept"))) {
            return Reply.problem(Problem.NOT_ACCEPTABLE);
        }
        return CommandCheck.isIdempotencyKey(key)
                ? inFlight.ofAll(() -> lookUps.find(call, kind, new PaymentKey(client, key)))
                : Reply.problem(Problem.KEY_MALFORMED);
    }

    private static boolean isJson(HttpCall call) {
        return ContentType.isJson(call.header("Content-Type"))
                && call.headers("Content-Encoding").isEmpty();
    }
}
