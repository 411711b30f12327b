package lumen.host.media;

/** Remembers what a stream told. */
final class ToldListener implements VideoStreamListener {
    volatile StreamEnd reason;
    volatile String message;
    volatile long firstFrameNanos;

    @Override
    public void firstFrameSent(long nanosAfterStart) {
        firstFrameNanos = nanosAfterStart;
    }

    @Override
    public void ended(StreamEnd why, String text) {
        message = text;
        reason = why;
    }
}
