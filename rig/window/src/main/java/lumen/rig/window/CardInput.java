package lumen.rig.window;

import java.util.function.Consumer;
import lumen.card.CardState;
import lumen.wayland.EventArguments;
import lumen.wayland.InputProtocol;
import lumen.wayland.Proxy;
import lumen.wayland.Registry;
import lumen.wayland.WaylandProtocol;

/** The devices of the seat: reports each event as a line and keeps what the card shows of them. */
final class CardInput {
    private static final int BTN_LEFT = 0x110;

    private final Consumer<String> log;
    private final Runnable changed;
    private final PointerImage image;
    private Proxy seat;
    private Proxy pointer;
    private Proxy keyboard;
    private Proxy touch;
    /** In 1/256 of a logical pixel. */
    private int fixedX;
    private int fixedY;
    private boolean pointerSeen;
    private int buttons;
    private int lastKey;

    /** Binds the seat, if there is one. */
    CardInput(Registry registry, PointerImage image, Consumer<String> log, Runnable changed) {
        this.image = image;
        this.log = log;
        this.changed = changed;
        registry.find(WaylandProtocol.SEAT).ifPresent(global -> seat = registry.bind(global, WaylandProtocol.SEAT, this::seatEvent));
    }

    /** The pointer in pixels of a card that shows a window of {@code logical} units. */
    int x(int pixels, int logical) {
        return pointerSeen ? place(fixedX, pixels, logical) : CardState.NO_POINTER;
    }

    int y(int pixels, int logical) {
        return pointerSeen ? place(fixedY, pixels, logical) : CardState.NO_POINTER;
    }

    private static int place(int fixed, int pixels, int logical) {
        return Math.clamp((long) fixed * pixels / (256L * Math.max(1, logical)), 0, pixels - 1);
    }

    int buttons() {
        return buttons;
    }

    int lastKey() {
        return lastKey;
    }

    /** Devices come and go with the virtual devices behind them; each is bound anew when it comes back. */
    private void seatEvent(Proxy o, int opcode, EventArguments e) {
        if (opcode != WaylandProtocol.SEAT_CAPABILITIES) {
            return;
        }
        int mask = e.u32();
        boolean pointers = (mask & WaylandProtocol.CAPABILITY_POINTER) != 0;
        if (pointers && pointer == null) {
            pointer = seat.child(InputProtocol.POINTER, this::pointerEvent);
            seat.request(WaylandProtocol.SEAT_GET_POINTER).newId(pointer).send();
            log.accept("device pointer");
        } else if (!pointers) {
            pointer = gone(pointer, 1);
        }
        boolean keyboards = (mask & WaylandProtocol.CAPABILITY_KEYBOARD) != 0;
        if (keyboards && keyboard == null) {
            keyboard = seat.child(InputProtocol.KEYBOARD, this::keyboardEvent);
            seat.request(WaylandProtocol.SEAT_GET_KEYBOARD).newId(keyboard).send();
            log.accept("device keyboard");
        } else if (!keyboards) {
            keyboard = gone(keyboard, 0);
        }
        boolean touches = (mask & WaylandProtocol.CAPABILITY_TOUCH) != 0;
        if (touches && touch == null) {
            touch = seat.child(InputProtocol.TOUCH, this::touchEvent);
            seat.request(WaylandProtocol.SEAT_GET_TOUCH).newId(touch).send();
            log.accept("device touch");
        } else if (!touches) {
            touch = gone(touch, 0);
        }
    }

    private static Proxy gone(Proxy device, int release) {
        if (device != null) {
            device.destroy(release);
        }
        return null;
    }

    private void pointerEvent(Proxy o, int opcode, EventArguments e) {
        switch (opcode) {
            case InputProtocol.POINTER_ENTER -> {
                int serial = e.u32();
                e.object();
                at(e);
                log.accept("enter pointer " + fixedX / 256.0 + " " + fixedY / 256.0);
                image.show(pointer, serial);
            }
            case InputProtocol.POINTER_LEAVE -> log.accept("leave pointer");
            case InputProtocol.POINTER_MOTION -> {
                e.u32();
                at(e);
                log.accept("pointer " + fixedX / 256.0 + " " + fixedY / 256.0);
            }
            case InputProtocol.POINTER_BUTTON -> {
                e.u32();
                e.u32();
                button(e.u32(), e.u32());
            }
            case InputProtocol.POINTER_AXIS -> {
                e.u32();
                log.accept("axis " + e.u32() + " " + e.fixed() / 256.0);
            }
            case InputProtocol.POINTER_AXIS_DISCRETE -> log.accept("notches " + e.u32() + " " + e.i32());
            default -> { }
        }
    }

    private void at(EventArguments e) {
        fixedX = e.fixed();
        fixedY = e.fixed();
        pointerSeen = true;
        changed.run();
    }

    private void button(int code, int down) {
        int bit = code - BTN_LEFT;
        if (bit >= 0 && bit < 8) {
            buttons = down != 0 ? buttons | 1 << bit : buttons & ~(1 << bit);
        }
        log.accept("button " + code + " " + down);
        changed.run();
    }

    private void keyboardEvent(Proxy o, int opcode, EventArguments e) {
        switch (opcode) {
            case InputProtocol.KEYBOARD_ENTER -> log.accept("enter keyboard");
            case InputProtocol.KEYBOARD_LEAVE -> log.accept("leave keyboard");
            case InputProtocol.KEYBOARD_KEY -> {
                e.u32();
                e.u32();
                int code = e.u32();
                int down = e.u32();
                lastKey = down != 0 ? code : lastKey;
                log.accept("key " + code + " " + down);
                changed.run();
            }
            case InputProtocol.KEYBOARD_MODIFIERS -> {
                e.u32();
                log.accept("modifiers " + e.u32() + " " + e.u32() + " " + e.u32());
            }
            default -> { }
        }
    }

    private void touchEvent(Proxy o, int opcode, EventArguments e) {
        switch (opcode) {
            case InputProtocol.TOUCH_DOWN -> {
                e.u32();
                e.u32();
                e.object();
                touched("down", e);
            }
            case InputProtocol.TOUCH_UP -> {
                e.u32();
                e.u32();
                log.accept("touch up " + e.i32());
            }
            case InputProtocol.TOUCH_MOTION -> {
                e.u32();
                touched("motion", e);
            }
            case InputProtocol.TOUCH_CANCEL -> log.accept("touch cancel");
            default -> { }
        }
    }

    private void touched(String what, EventArguments e) {
        int id = e.i32();
        at(e);
        log.accept("touch " + what + " " + id + " " + fixedX / 256.0 + " " + fixedY / 256.0);
    }
}
