package lumen.plugin.kwin;

import java.util.List;
import java.util.Optional;
import lumen.spi.DisplayMode;
import lumen.wayland.EventHandler;
import lumen.wayland.KdeProtocol;
import lumen.wayland.Proxy;

/**
 * A change of outputs that KWin makes as a whole or not at all ({@code kde_output_configuration_v2}). On the connection's
 * thread.
 */
final class OutputChange {
    private final KwinConnection connection;
    private final Proxy management;
    private final Proxy configuration;
    private boolean applied;
    private boolean failed;
    private String reason = "no reason given";

    private OutputChange(KwinConnection connection, Proxy management) {
        this.connection = connection;
        this.management = management;
        configuration = management.child(KdeProtocol.OUTPUT_CONFIGURATION, (self, opcode, event) -> {
            switch (opcode) {
                case KdeProtocol.CONFIGURATION_APPLIED -> applied = true;
                case KdeProtocol.CONFIGURATION_FAILED -> failed = true;
                case KdeProtocol.CONFIGURATION_FAILURE_REASON -> reason = event.string();
                default -> { }
            }
        });
        management.request(KdeProtocol.CREATE_CONFIGURATION).newId(configuration).send();
    }

    /** The object that changes are begun with. */
    static Proxy management(KwinConnection connection) {
        return connection.registry().require(KdeProtocol.OUTPUT_MANAGEMENT, 1, EventHandler.NONE);
    }

    static OutputChange begin(KwinConnection connection, Proxy management) {
        return new OutputChange(connection, management);
    }

    OutputChange enable(KwinOutput output, boolean on) {
        configuration.request(KdeProtocol.CONFIGURATION_ENABLE).object(output.device()).i32(on ? 1 : 0).send();
        return this;
    }

    OutputChange mode(KwinOutput output, KwinOutput.Mode mode) {
        configuration.request(KdeProtocol.CONFIGURATION_MODE).object(output.device()).object(mode.proxy()).send();
        return this;
    }

    /** Neither turned nor mirrored. */
    OutputChange upright(KwinOutput output) {
        configuration.request(KdeProtocol.CONFIGURATION_TRANSFORM).object(output.device()).i32(0).send();
        return this;
    }

    OutputChange scale(KwinOutput output, double scale) {
        configuration.request(KdeProtocol.CONFIGURATION_SCALE).object(output.device()).fixed((int) Math.round(scale * 256))
                .send();
        return this;
    }

    /** 1 is the primary output's. */
    OutputChange priority(KwinOutput output, int priority) {
        if (configuration.version() >= KdeProtocol.PRIORITY_SINCE) {
            configuration.request(KdeProtocol.SET_PRIORITY).object(output.device()).u32(priority).send();
        }
        return this;
    }

    /** Replaces the custom modes that the output has; takes {@link KdeProtocol#CUSTOM_MODES_SINCE}. */
    OutputChange customModes(KwinOutput output, List<DisplayMode> modes) {
        Proxy list = management.child(KdeProtocol.MODE_LIST, EventHandler.NONE);
        management.request(KdeProtocol.CREATE_MODE_LIST).newId(list).send();
        for (DisplayMode mode : modes) {
            list.request(KdeProtocol.MODE_LIST_SET_RESOLUTION).u32(mode.width()).u32(mode.height()).send();
            list.request(KdeProtocol.MODE_LIST_SET_REFRESH_RATE).u32(mode.refreshMilliHz()).send();
            list.request(KdeProtocol.MODE_LIST_SET_REDUCED_BLANKING).u32(1).send();
            list.request(KdeProtocol.MODE_LIST_ADD_MODE).send();
        }
        configuration.request(KdeProtocol.SET_CUSTOM_MODES).object(output.device()).object(list).send();
        list.destroy(KdeProtocol.MODE_LIST_DESTROY);
        return this;
    }

    /** @return why KWin has refused; empty if it is done */
    Optional<String> apply() {
        configuration.request(KdeProtocol.CONFIGURATION_APPLY).send();
        try {
            connection.await("answered a change of outputs", () -> applied || failed, KwinConnection.ANSWER);
        } finally {
            configuration.destroy(KdeProtocol.CONFIGURATION_DESTROY);
        }
        return failed ? Optional.of(reason) : Optional.empty();
    }
}
