/** The test card and the test tone: painted by the host's built-in source, read back by whoever verifies a stream. */
module lumen.card {
    exports lumen.card;
}
