package io.hapax.app.settings;

import java.util.List;

/** The refusal of settings that are wrong. The message lists every mistake. */
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String[] mistakes;

    SettingsException(List<String> mistakes) {
        super(
                mistakes.size() == 1
                        ? "Wrong setting: " + mistakes.getFirst()
                        : "Wrong settings:\n  - " + String.join("\n  - ", mistakes));
        this.mistakes = mistakes.toArray(String[]::new);
    }

    public List<String> mistakes() {
        return List.of(mistakes);
    }
}
