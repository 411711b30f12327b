package lumen.pipewire;

/** What is common to functions that native code calls. */
final class Callbacks {
    private static final System.Logger LOG = System.getLogger("lumen.pipewire");

    private Callbacks() {
    }

    /** Something was thrown in a callback: logged, since passing it on would end the JVM. */
    static void failed(Throwable t) {
        LOG.log(System.Logger.Level.ERROR, "a PipeWire callback failed", t);
    }
}
