package io.hapax.tools.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A converter for whole numbers from 1 on. It refuses 0, since a command with nothing to show says nothing. */
public final class Positive implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
        int number = count(text);
        if (number == 0) {
            throw new TypeConversionException("it must be at least 1");
        }
        return number;
    }

    /** A whole number from 0 on: how many of something. */
    public static int count(String text) {
        if (!text.matches("[0-9]{1,9}")) {
            throw new TypeConversionException("\"" + text + "\" is no whole number from 0 to 999999999");
        }
        return Integer.parseInt(text);
    }
}
