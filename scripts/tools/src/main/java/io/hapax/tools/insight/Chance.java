package io.hapax.tools.insight;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A converter for chances: more than 0, less than 1. */
public final class Chance implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
        double chance;
        try {
            chance = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            chance = Double.NaN;
        }
        if (!(chance > 0 && chance < 1)) {
            throw new TypeConversionException(
                    "\"" + text + "\" is no chance: it is more than 0 and less than 1, such as 0.001");
        }
        return chance;
    }
}
