package lumen.client.report;

/** Who was streamed from. */
public record HostFigures(String address, String hostname, String uniqueId, String appVersion, String app, int appId) {
}
