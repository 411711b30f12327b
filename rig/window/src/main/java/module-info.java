/** A Wayland window with the test card and a log of its input, for tests inside real compositors. Not shipped. */
module lumen.rig.window {
    requires lumen.card;
    requires lumen.posix;
    requires lumen.wayland;

    exports lumen.rig.window;
}
