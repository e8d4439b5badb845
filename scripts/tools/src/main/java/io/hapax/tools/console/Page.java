package io.hapax.tools.console;

import java.util.Map;

/** A page: it looks and changes nothing. */
@FunctionalInterface
interface Page {
    /**
     * @param asked what the person typed, by the name of the field
     * @throws Exception whatever a part that is away throws
     */
    View look(Map<String, String> asked) throws Exception;
}
