package lumen.client.cli;

import lumen.client.HostAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads HOST[:PORT] from the command line. */
final class HostAddressConverter implements ITypeConverter<HostAddress> {
    @Override
    public HostAddress convert(String text) {
        try {
            return HostAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
