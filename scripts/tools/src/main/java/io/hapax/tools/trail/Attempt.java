package io.hapax.tools.trail;

import io.hapax.schemas.ActionPhase;
import java.util.UUID;

/** An action whose beginning is recorded, and whose end is recorded once. One that tells no end has failed. */
public final class Attempt implements AutoCloseable {
    private final OperatorTrail trail;
    private final UUID actionId;
    private final Intent intent;
    private boolean isEnded;

    Attempt(OperatorTrail trail, UUID actionId, Intent intent) {
        this.trail = trail;
        this.actionId = actionId;
        this.intent = intent;
    }

    /** It was done. */
    public void done(String what) {
        end(ActionPhase.DONE, what);
    }

    /** It was not done, and nothing was changed. */
    public void refused(String why) {
        end(ActionPhase.REFUSED, why);
    }

    private void end(ActionPhase phase, String detail) {
        isEnded = true;
        trail.write(actionId, phase, intent, detail);
    }

    /** Records a fault if no other end was told. */
    @Override
    public void close() {
        if (!isEnded) {
            end(ActionPhase.FAILED, "it ended with a fault and may have been done in part or whole");
        }
    }
}
