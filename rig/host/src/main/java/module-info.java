/** The host that backends see in their tests. Not shipped. */
module lumen.rig.host {
    requires transitive lumen.spi;

    exports lumen.rig.host;
}
