package lumen.plugin.zerocopy.egl;

/**
 * How long a frame may take before its importer counts as broken: nothing waits for ever.
 *
 * @param acquireMillis for the compositor's GPU to finish the buffer; ten frames of a slow display
 * @param copyMillis    for our own draw and copy, behind whatever else the GPU is at
 */
record Patience(int acquireMillis, int copyMillis) {
    static final Patience PRODUCTION = new Patience(200, 1000);
}
