package lumen.host.net;

import java.util.Map;

/**
 * All ports of the host: a base that moves every one, and overrides. Base 0 means "any free port" for all.
 *
 * @param base port of plain HTTP; 47989 by default
 * @param overrides ports that don't follow the base; 0 = any free one
 */
public record PortPlan(int base, Map<PortPurpose, Integer> overrides) {
    public static final int DEFAULT_BASE = 47_989;
    /** Clients find every port from the base one on their own. */
    public static final PortPlan STANDARD = new PortPlan(DEFAULT_BASE, Map.of());
    /** Free ports everywhere, for tests. */
    public static final PortPlan EPHEMERAL = new PortPlan(0, Map.of());

    private static final int MIN = 1024;
    private static final int MAX = 65_535;

    /** @throws IllegalArgumentException naming the purpose whose port would lie outside 1024..65535 */
    public PortPlan {
        overrides = Map.copyOf(overrides);
        for (PortPurpose purpose : PortPurpose.values()) {
            int port = overrides.getOrDefault(purpose, base == 0 ? 0 : base + purpose.offset());
            if (port != 0 && (port < MIN || port > MAX)) {
                throw new IllegalArgumentException("the " + purpose + " port would be " + port + ", not " + MIN + " to " + MAX
                    + (overrides.containsKey(purpose) ? "" : " (base port " + base + ")"));
            }
        }
    }

    /** The port to bind; 0 = any free one. */
    public int port(PortPurpose purpose) {
        return overrides.getOrDefault(purpose, base == 0 ? 0 : base + purpose.offset());
    }
}
