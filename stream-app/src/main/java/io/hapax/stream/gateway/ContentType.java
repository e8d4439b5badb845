package io.hapax.stream.gateway;

import java.util.regex.Pattern;

/** The media type of a body, after RFC 9110. */
final class ContentType {
    /** Parameters may be empty (section 5.6.6), and the value of one may be quoted. */
    private static final Pattern JSON = Pattern.compile(
            "application/json(?:[ \\t]*;[ \\t]*(?:charset=(?:utf-8|\"utf-8\"))?)*", Pattern.CASE_INSENSITIVE);

    private ContentType() {}

    /** True when it is JSON, in the one charset that JSON has. */
    static boolean isJson(String value) {
        return JSON.matcher(value).matches();
    }
}
