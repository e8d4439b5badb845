package io.hapax.storm.check;

/** A promise that holds after every run, whatever faults there were. */
public enum Invariant {
    ACKNOWLEDGED_IS_KEPT("what a broker acknowledged is on the topic, as it was sent"),
    ASKED_BY_A_CLIENT("each command on the topic was sent by a client, and as often"),
    REROUTED_ONCE("a command on a wrong partition is sent on once, unchanged"),
    ANSWERED_ONCE("every command is answered exactly once"),
    UNREADABLE_IS_BURIED("bytes that are no command are a dead letter, and nothing else is"),
    ACCEPTED_ONCE("each key is accepted once"),
    VERDICT_IS_TRUE("each verdict is what the command deserves"),
    ANSWERS_AGREE("all answers to a key are the answer of its original"),
    ANSWERS_IN_ORDER("answers to a key never go back"),
    TOLD_ONCE("the ledger is told of each payment and attempt once"),
    LEDGER_ANSWERS_EACH("the ledger answers each thing that it is told"),
    POSTED_ONCE("each accepted payment is posted once, as it was accepted"),
    SETTLED_AS_POSTED("settlements say what the ledger did"),
    NOTHING_PENDING("every accepted payment is settled"),
    BALANCES_AS_EXPECTED("balances are what clients' payments make of the opening balances"),
    BOOKS_BALANCE("entries sum to zero, and balances are sums of entries"),
    LIMITS_HOLD("no account ever went below its limit"),
    FAILURES_ARE_TRUE("payments failed for reasons that hold, and completed where none does"),
    HTTP_ANSWERS_AGREE("answers over HTTP say what was decided and posted"),
    HTTP_AS_DOCUMENTED("requests get their answer or the advice to retry"),
    REMEMBERED_WHEN_POSTED("a look-up never misses what the ledger has posted"),
    SAME_ON_EVERY_INSTANCE("at the end every instance knows every payment"),
    ANSWERED_IN_CALM("requests while nothing is broken get an answer"),
    LINEARIZABLE("what clients saw of a key has an order in which it makes sense"),
    LAGS_ARE_ZERO("at the end nothing is left unread"),
    READY_AGAIN("at the end every instance is ready"),
    RECOVERED_IN_TIME("after each fault all is healthy within its bound"),
    REPLICAS_AGREE("all replicas are in sync and hold the same"),
    LEVEL("memory, threads and descriptors do not grow"),
    TOOLS_AGREE("the operators' tools find that all is well");

    private final String promise;

    Invariant(String promise) {
        this.promise = promise;
    }

    /** The promise as a sentence. */
    public String promise() {
        return promise;
    }
}
