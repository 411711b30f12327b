package lumen.core.control;

import lumen.core.input.InputEvent;

/** A message on the control stream. The same type number can mean different things in each direction. */
public sealed interface ControlMessage {

    /** From the client to the host. */
    sealed interface FromClient extends ControlMessage {
    }

    /** From the host to the client. */
    sealed interface FromHost extends ControlMessage {
    }

    /** The client can't go on without an IDR frame. */
    record RequestIdr() implements FromClient {
    }

    /** Sent once after connecting; needs no answer. */
    record StartB() implements FromClient {
    }

    /** Frames lost; the host shall not refer to them any more. First and last are inclusive. */
    record InvalidateReferences(long first, long last) implements FromClient {
    }

    /** A frame marked as long-term reference is complete. */
    record LongTermReferenceAcknowledged(long frame) implements FromClient {
    }

    /** The client lives; every 100 ms. */
    record PeriodicPing() implements FromClient {
    }

    /** Loss statistics of clients older than 7.1.415. */
    record LossStats(int lostFrames, int intervalMillis, long lastGoodFrame) implements FromClient {
    }

    /** How one FEC block fared; see {@link FrameFecStatus}. */
    record FecReport(FrameFecStatus status) implements FromClient {
    }

    /** An input event. */
    record Input(InputEvent event) implements FromClient {
    }

    /** The host ends the stream. */
    record Termination(int code) implements FromHost {
        /** Ended on purpose: no error is shown if frames were seen before. */
        public static final int GRACEFUL = 0x80030023;
        /** Protected content can't be captured. */
        public static final int PROTECTED_CONTENT = 0x800E9302;
        /** Frames couldn't be converted or encoded. */
        public static final int FRAME_CONVERSION = 0x800E9403;
    }

    /** HDR on or off from the next frame on. */
    record HdrMode(boolean enabled, HdrMetadata metadata) implements FromHost {
    }

    /** Motor speeds, 0 to 65535. */
    record Rumble(int controller, int lowFrequency, int highFrequency) implements FromHost {
    }

    /** Trigger motor speeds, 0 to 65535. */
    record TriggerRumble(int controller, int left, int right) implements FromHost {
    }

    /** Sensor events wanted: type 1 accelerometer, 2 gyroscope; rate in hertz, 0 stops. */
    record MotionEnable(int controller, int rate, int type) implements FromHost {
    }

    /** Colour of a pad's light. */
    record RgbLed(int controller, int red, int green, int blue) implements FromHost {
    }

    /**
     * Resistance of a pad's triggers.
     *
     * @param flags 0x04 right, 0x08 left
     * @param left  10 bytes; not copied
     * @param right 10 bytes; not copied
     */
    record AdaptiveTriggers(int controller, int flags, int typeLeft, int typeRight, byte[] left, byte[] right) implements FromHost {
        /** Bytes of a trigger's effect. */
        public static final int EFFECT_LENGTH = 10;
    }
}
