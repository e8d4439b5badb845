package io.hapax.serde;

import org.apache.avro.util.ClassSecurityValidator;

/**
 * The classes that Avro may make from data: those generated from our schemas.
 *
 * <p>Avro makes no class that nobody vouched for, since a schema that comes with the data could name any. Ours are
 * added to what the process trusts already.
 */
public final class TrustedClasses {
    private static final String GENERATED = "io.hapax.schemas.";

    static {
        ClassSecurityValidator.setGlobal(
                ClassSecurityValidator.composite(ClassSecurityValidator.getGlobal(), TrustedClasses::isOurs));
    }

    private TrustedClasses() {}

    /** Call before Avro first reads or writes one of our types; once is enough, more do no harm. */
    public static void trustOurs() {
        // The static initialiser does it, once.
    }

    private static boolean isOurs(Class<?> type) {
        return type.getName().startsWith(GENERATED);
    }
}
