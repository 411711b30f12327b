package lumen.spi;

/**
 * Brings native library modules into the module graph: its provider's module {@code requires} them, and
 * {@code uses} of this type in the host binds that module when the product is started with
 * {@code java -p mods -m lumen.host}.
 */
public interface NativeLibraries {
    /** The platform and licence of the libraries, such as {@code linux-x86_64-gpl}. */
    String id();
}
