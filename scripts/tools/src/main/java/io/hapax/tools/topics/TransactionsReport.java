package io.hapax.tools.topics;

import io.hapax.tools.cli.PlainReason;
import io.hapax.tools.cli.Tally;
import io.hapax.tools.topics.OpenTransaction.Standing;
import io.hapax.topics.TransactionVersion;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.TransactionCoordinatorFencedException;

/** The report of open transactions for a person, and the end of those that hang. */
final class TransactionsReport {
    private final TransactionsLook look;
    private final PrintWriter out;

    TransactionsReport(TransactionsLook look, PrintWriter out) {
        this.look = look;
        this.out = out;
    }

    /** Lists what is open, and returns the exit code. */
    int list() throws ExecutionException, InterruptedException {
        Map<Standing, Integer> byStanding = new TreeMap<>();
        Instant now = Instant.now();
        look.open(now).forEach((each, standing) -> {
            out.printf("%-11s %s: %s%n", standing, each.place(), each.text(now));
            byStanding.merge(standing, 1, Integer::sum);
        });
        out.println((byStanding.isEmpty() ? "no transaction is open" : "open " + Tally.text(byStanding)) + lookedAt());
        if (byStanding.containsKey(Standing.HANGING)) {
            out.println("nobody will end those that are HANGING: topics transactions --end says which it would end");
        }
        if (byStanding.containsKey(Standing.HANGING) || byStanding.containsKey(Standing.OVERDUE)) {
            return 1;
        }
        return byStanding.containsKey(Standing.UNCLEAR) ? 2 : 0;
    }

    private String lookedAt() {
        return "; looked at %,d partitions".formatted(look.partitions());
    }

    /** Ends those that hang, or says which it would end, and returns the exit code. */
    int end(Admin admin, boolean execute) throws ExecutionException, InterruptedException {
        // Before this version a later transaction of the producer may have the same epoch, and would be cut in two.
        var problem = TransactionVersion.problem(admin);
        if (problem.isPresent()) {
            out.println(problem.get());
            return 2;
        }
        int ended = 0;
        int left = 0;
        Instant now = Instant.now();
        Map<OpenTransaction, Standing> open = look.open(now);
        for (Map.Entry<OpenTransaction, Standing> found : open.entrySet()) {
            OpenTransaction each = found.getKey();
            Standing standing = found.getValue();
            String obstacle = standing == Standing.HANGING ? execute ? obstacle(admin, each) : "" : "it is " + standing;
            if (obstacle.isEmpty()) {
                ended++;
                out.println(each.place() + (execute ? " ended: " : " would be ended: ") + each.text(now));
            } else {
                left += standing == Standing.IN_PROGRESS ? 0 : 1;
                out.println(each.place() + " stays, " + obstacle + ": " + each.text(now));
            }
        }
        out.println(ended + (execute ? " ended, " : " would be ended (--execute does it), ") + (open.size() - ended)
                + " stay" + lookedAt());
        if (execute && ended > 0) {
            out.println("now hapax reconcile and hapax audit name what is missing, or there twice");
        }
        return left == 0 ? 0 : 1;
    }

    /** Ends it, and returns the reason why it was not ended; empty if it was. */
    private static String obstacle(Admin admin, OpenTransaction hanging)
            throws ExecutionException, InterruptedException {
        try {
            admin.abortTransaction(hanging.end()).all().get();
            return "";
        } catch (ExecutionException e) {
            if (e.getCause() instanceof InvalidProducerEpochException
                    || e.getCause() instanceof TransactionCoordinatorFencedException) {
                return "its producer or its coordinator went on meanwhile (" + PlainReason.of(e) + ")";
            }
            throw e;
        }
    }
}
