package io.hapax.app.health;

/**
 * The result of one health check.
 *
 * @param detail the reason why it does not pass, or what there is to know; without data of payments
 */
public record Check(String name, boolean passes, String detail) {
    public static Check passed(String name, String detail) {
        return new Check(name, true, detail);
    }

    public static Check failed(String name, String whyNot) {
        return new Check(name, false, whyNot);
    }
}
