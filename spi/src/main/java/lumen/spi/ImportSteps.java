package lumen.spi;

/**
 * Told of each step of an import before it begins, so that the host can name the step that failed or hangs. Steps
 * have short names, such as {@code import}, {@code copy}, {@code wait}.
 */
@FunctionalInterface
public interface ImportSteps {
    /** Told nothing. */
    ImportSteps NONE = step -> { };

    /**
     * A step begins. Video thread; allocates nothing.
     *
     * @param step the same object each time
     * @throws BackendException in place of the step, when a failure of it is rehearsed
     */
    void begin(String step);
}
