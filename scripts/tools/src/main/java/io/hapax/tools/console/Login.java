package io.hapax.tools.console;

/** A named person who may log in. */
record Login(String name, Role role, PasswordHash password) {
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._@-]{0,63}";

    static boolean isName(String name) {
        return name.matches(NAME);
    }
}
