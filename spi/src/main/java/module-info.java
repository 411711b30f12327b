/**
 * The contracts between the lumen host and its backends.
 *
 * <p>A backend is a module that {@code requires lumen.spi} and {@code provides} one or more of the
 * {@code *Provider} interfaces. It needs nothing else of lumen: never the host, never another backend.
 *
 * <p>Version 0: the contracts may still change between minor versions, so a backend compiled
 * against another {@code 0.x} is refused with that reason.
 */
module lumen.spi {
    exports lumen.spi;
}
