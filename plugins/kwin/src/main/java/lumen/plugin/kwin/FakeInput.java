package lumen.plugin.kwin;

import java.util.Optional;
import lumen.wayland.EventHandler;
import lumen.wayland.KdeProtocol;
import lumen.wayland.Proxy;
import lumen.wayland.Registry;

/** A pointer and keyboard that KWin believes in ({@code org_kde_kwin_fake_input}). KWin lets go of what is held when it goes. */
final class FakeInput {
    private static final int FIXED_ONE = 256;
    private static final int AXIS_VERTICAL = 0;
    private static final int AXIS_HORIZONTAL = 1;
    /** What libinput reports for a notch: 15 degrees. */
    private static final int UNITS_PER_NOTCH = 15;
    private static final int NOTCH = 120;

    private final Proxy input;

    private FakeInput(Proxy input) {
        this.input = input;
    }

    /** Empty if KWin doesn't let this program, or can't place the pointer. */
    static Optional<FakeInput> of(Registry registry) {
        return registry.find(KdeProtocol.FAKE_INPUT).filter(g -> g.version() >= KdeProtocol.FAKE_KEYS_SINCE).map(g -> {
            Proxy proxy = registry.bind(g, KdeProtocol.FAKE_INPUT, EventHandler.NONE);
            proxy.request(KdeProtocol.FAKE_AUTHENTICATE).string("lumen").string("input of a streaming client").send();
            return new FakeInput(proxy);
        });
    }

    private static int fixed(double value) {
        return (int) Math.round(value * FIXED_ONE);
    }

    void move(int dx, int dy) {
        input.request(KdeProtocol.FAKE_POINTER_MOTION).fixed(fixed(dx)).fixed(fixed(dy)).send();
    }

    /** In KWin's logical coordinates. */
    void place(double x, double y) {
        input.request(KdeProtocol.FAKE_POINTER_MOTION_ABSOLUTE).fixed(fixed(x)).fixed(fixed(y)).send();
    }

    void button(int code, boolean down) {
        input.request(KdeProtocol.FAKE_BUTTON).u32(code).u32(down ? 1 : 0).send();
    }

    /** 120 is a notch; up and right positive. */
    void scroll(int vertical, int horizontal) {
        // Wayland counts down as positive, the wheel of the wire up.
        axis(AXIS_VERTICAL, -(double) vertical);
        axis(AXIS_HORIZONTAL, horizontal);
    }

    private void axis(int axis, double amount) {
        if (amount != 0) {
            input.request(KdeProtocol.FAKE_AXIS).u32(axis).fixed(fixed(amount * UNITS_PER_NOTCH / NOTCH)).send();
        }
    }

    void key(int code, boolean down) {
        input.request(KdeProtocol.FAKE_KEYBOARD_KEY).u32(code).u32(down ? 1 : 0).send();
    }

    /** True if KWin types symbols, whatever its layout. */
    boolean typesSymbols() {
        return input.version() >= KdeProtocol.FAKE_KEYSYM_SINCE;
    }

    /** Presses and releases the key of an X keysym. */
    void type(int keysym) {
        input.request(KdeProtocol.FAKE_KEYBOARD_KEYSYM).u32(keysym).u32(1).send();
        input.request(KdeProtocol.FAKE_KEYBOARD_KEYSYM).u32(keysym).u32(0).send();
    }
}
