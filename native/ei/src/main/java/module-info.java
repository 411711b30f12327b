/**
 * A client of emulated-input servers: the {@code ei} protocol of libei 1.x as a sender, and keymaps by libxkbcommon. Not an
 * API: exported to lumen's own modules only.
 */
module lumen.ei {
    requires lumen.posix;

    exports lumen.ei to lumen.plugin.ei;
}
