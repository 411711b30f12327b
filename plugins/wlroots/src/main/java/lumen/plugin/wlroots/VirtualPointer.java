package lumen.plugin.wlroots;

import lumen.wayland.EventHandler;
import lumen.wayland.Proxy;
import lumen.wayland.WlrProtocol;

/** {@code wlr-virtual-pointer-v1}: moves, buttons and a wheel. */
final class VirtualPointer {
    private static final int AXIS_VERTICAL = 0;
    private static final int AXIS_HORIZONTAL = 1;
    private static final int SOURCE_WHEEL = 0;
    /** What libinput reports for a notch: 15 degrees. */
    private static final int UNITS_PER_NOTCH = 15;
    private static final int NOTCH = 120;

    private final Proxy pointer;
    /** What is left of a notch, in 1/120, by axis. */
    private final int[] rest = new int[2];
    private boolean open;

    VirtualPointer(Proxy manager, Proxy seat, Proxy output) {
        pointer = manager.child(WlrProtocol.VIRTUAL_POINTER, EventHandler.NONE);
        manager.request(WlrProtocol.CREATE_VIRTUAL_POINTER_WITH_OUTPUT).object(seat).object(output).newId(pointer).send();
    }

    private static int now() {
        return (int) (System.nanoTime() / 1_000_000);
    }

    void move(int dx, int dy) {
        pointer.request(WlrProtocol.POINTER_MOTION).u32(now()).fixed(dx << 8).fixed(dy << 8).send();
        open = true;
    }

    void to(int x, int y, int width, int height) {
        if (width <= 0 || height <= 0) {
            return; // nothing to be a fraction of
        }
        pointer.request(WlrProtocol.POINTER_MOTION_ABSOLUTE).u32(now()).u32(Math.clamp(x, 0, width))
                .u32(Math.clamp(y, 0, height)).u32(width).u32(height).send();
        open = true;
    }

    void button(int code, boolean down) {
        pointer.request(WlrProtocol.POINTER_BUTTON).u32(now()).u32(code).u32(down ? 1 : 0).send();
        open = true;
    }

    void scroll(int vertical, int horizontal) {
        // Wayland counts down as positive, the wheel of the wire up.
        axis(AXIS_VERTICAL, -vertical);
        axis(AXIS_HORIZONTAL, horizontal);
    }

    private void axis(int axis, int amount) {
        if (amount == 0) {
            return;
        }
        if (Integer.signum(rest[axis]) == -Integer.signum(amount)) {
            rest[axis] = 0; // the other way: half a notch up is none down
        }
        int sum = rest[axis] + amount;
        int notches = sum / NOTCH;
        rest[axis] = sum % NOTCH;
        int value = (int) ((long) amount * UNITS_PER_NOTCH * 256 / NOTCH);
        if (notches != 0) {
            pointer.request(WlrProtocol.POINTER_AXIS_DISCRETE).u32(now()).u32(axis).fixed(value).i32(notches).send();
        } else {
            pointer.request(WlrProtocol.POINTER_AXIS).u32(now()).u32(axis).fixed(value).send();
        }
        // wlroots notes the source for the axis named last.
        pointer.request(WlrProtocol.POINTER_AXIS_SOURCE).u32(SOURCE_WHEEL).send();
        open = true;
    }

    /** The events since the last call belong together. */
    void endFrame() {
        if (open) {
            pointer.request(WlrProtocol.POINTER_FRAME).send();
            open = false;
        }
    }
}
