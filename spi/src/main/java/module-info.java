/**
 * The contracts between the lumen host and its backends.
 *
 * <p>A backend is a module that {@code requires lumen.spi} and {@code provides} one or more of the
 * {@code *Provider} interfaces. It needs nothing else of lumen: never the host, never another backend.
 *
 * <p>Version 1. Semantic versioning: a minor version only adds, by default methods and new types, so a backend runs on
 * every host of the same major version that is not older than what it was compiled against. Sealed types gain members
 * with a major version only.
 */
module lumen.spi {
    exports lumen.spi;
}
