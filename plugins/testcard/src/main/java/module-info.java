/** The embedded default: a moving test card as display, its tone as sound, and a sink that shows input on the card. */
module lumen.plugin.testcard {
    requires lumen.spi;
    requires lumen.card;

    provides lumen.spi.VirtualDisplayProvider with lumen.plugin.testcard.CardDisplayProvider;
    provides lumen.spi.CapturerProvider with lumen.plugin.testcard.CardCapturerProvider;
    provides lumen.spi.AudioSourceProvider with lumen.plugin.testcard.CardAudioProvider;
    provides lumen.spi.InputSinkProvider with lumen.plugin.testcard.CardInputProvider;
}
