package lumen.wayland;

import java.util.List;

/**
 * KWin's own protocols ({@code plasma-wayland-protocols} 1.21): screen casting, configuration of outputs, fake input. The
 * first and the last are for programs with permission only.
 */
public final class KdeProtocol {
    /** {@code zkde-screencast-unstable-v1}; 5 comes with Plasma 6.3, 6 with 6.7. */
    public static final Interface SCREENCAST = Interface.of("zkde_screencast_unstable_v1", 6,
            List.of("stream_output(nou)", "stream_window(nsu)", "destroy()", "stream_virtual_output(nsiifu)",
                    "stream_region(niiuufu)", "stream_virtual_output_with_description(nssiifu)"), List.of());
    public static final int STREAM_OUTPUT = 0;
    public static final int SCREENCAST_DESTROY = 2;
    /** Since version 2. */
    public static final int STREAM_VIRTUAL_OUTPUT = 3;
    public static final int STREAM_VIRTUAL_OUTPUT_WITH_DESCRIPTION = 5;
    /** The version that {@link #STREAM_VIRTUAL_OUTPUT_WITH_DESCRIPTION} came with. */
    public static final int DESCRIPTION_SINCE = 4;
    public static final int POINTER_METADATA = 4;

    public static final Interface STREAM = Interface.of("zkde_screencast_stream_unstable_v1", 6, List.of("close()"),
            List.of("closed()", "created(u)", "failed(s)", "serial(uu)"));
    public static final int STREAM_CLOSE = 0;
    public static final int STREAM_CLOSED = 0;
    public static final int STREAM_CREATED = 1;
    public static final int STREAM_FAILED = 2;
    /** Since version 6, before {@link #STREAM_CREATED}. */
    public static final int STREAM_SERIAL = 3;

    /** {@code kde-output-device-v2}; lists the outputs from version 21, each was a global before. */
    public static final Interface OUTPUT_REGISTRY = Interface.of("kde_output_device_registry_v2", 23, List.of("stop()"),
            List.of("finished()", "output(n)"));
    public static final int OUTPUT_REGISTRY_OUTPUT = 1;

    public static final Interface OUTPUT_DEVICE = Interface.of("kde_output_device_v2", 23, List.of("release()"),
            List.of("geometry(iiiiissi)", "current_mode(o)", "mode(n)", "done()", "scale(f)", "edid(s)", "enabled(i)",
                    "uuid(s)", "serial_number(s)", "eisa_id(s)", "capabilities(u)", "overscan(u)", "vrr_policy(u)",
                    "rgb_range(u)", "name(s)", "high_dynamic_range(u)", "sdr_brightness(u)", "wide_color_gamut(u)",
                    "auto_rotate_policy(u)", "icc_profile_path(s)", "brightness_metadata(uuu)", "brightness_overrides(iii)",
                    "sdr_gamut_wideness(u)", "color_profile_source(u)", "brightness(u)", "color_power_tradeoff(u)",
                    "dimming(u)", "replication_source(s)", "ddc_ci_allowed(u)", "max_bits_per_color(u)",
                    "max_bits_per_color_range(uu)", "automatic_max_bits_per_color_limit(u)", "edr_policy(u)", "sharpness(u)",
                    "priority(u)", "auto_brightness(u)", "removed()", "hdr_icc_profile_path(s)",
                    "hdr_color_profile_source(u)", "abm_level(u)"));
    /** Since version 21. */
    public static final int DEVICE_RELEASE = 0;
    public static final int DEVICE_GEOMETRY = 0;
    public static final int DEVICE_CURRENT_MODE = 1;
    public static final int DEVICE_MODE = 2;
    public static final int DEVICE_DONE = 3;
    public static final int DEVICE_SCALE = 4;
    public static final int DEVICE_ENABLED = 6;
    public static final int DEVICE_UUID = 7;
    public static final int DEVICE_CAPABILITIES = 10;
    public static final int DEVICE_NAME = 14;
    /** Since version 18. */
    public static final int DEVICE_PRIORITY = 34;
    /** Since version 21. */
    public static final int DEVICE_REMOVED = 36;
    /** Bit of {@link #DEVICE_CAPABILITIES}. */
    public static final int CAPABILITY_CUSTOM_MODES = 0x2000;

    public static final Interface OUTPUT_MODE = Interface.of("kde_output_device_mode_v2", 22, List.of(),
            List.of("size(ii)", "refresh(i)", "preferred()", "removed()", "flags(u)"));
    public static final int MODE_SIZE = 0;
    public static final int MODE_REFRESH = 1;
    public static final int MODE_REMOVED = 3;

    /** {@code kde-output-management-v2}. */
    public static final Interface OUTPUT_MANAGEMENT = Interface.of("kde_output_management_v2", 21,
            List.of("create_configuration(n)", "create_mode_list(n)"), List.of());
    public static final int CREATE_CONFIGURATION = 0;
    /** Since version 18. */
    public static final int CREATE_MODE_LIST = 1;
    /** The version that {@link #CREATE_MODE_LIST} and {@link #SET_CUSTOM_MODES} came with. */
    public static final int CUSTOM_MODES_SINCE = 18;

    public static final Interface OUTPUT_CONFIGURATION = Interface.of("kde_output_configuration_v2", 21,
            List.of("enable(oi)", "mode(oo)", "transform(oi)", "position(oii)", "scale(of)", "apply()", "destroy()",
                    "overscan(ou)", "set_vrr_policy(ou)", "set_rgb_range(ou)", "set_primary_output(o)", "set_priority(ou)",
                    "set_high_dynamic_range(ou)", "set_sdr_brightness(ou)", "set_wide_color_gamut(ou)",
                    "set_auto_rotate_policy(ou)", "set_icc_profile_path(os)", "set_brightness_overrides(oiii)",
                    "set_sdr_gamut_wideness(ou)", "set_color_profile_source(ou)", "set_brightness(ou)",
                    "set_color_power_tradeoff(ou)", "set_dimming(ou)", "set_replication_source(os)",
                    "set_ddc_ci_allowed(ou)", "set_max_bits_per_color(ou)", "set_edr_policy(ou)", "set_sharpness(ou)",
                    "set_custom_modes(oo)"),
            List.of("applied()", "failed()", "failure_reason(s)"));
    public static final int CONFIGURATION_ENABLE = 0;
    public static final int CONFIGURATION_MODE = 1;
    public static final int CONFIGURATION_TRANSFORM = 2;
    public static final int CONFIGURATION_POSITION = 3;
    public static final int CONFIGURATION_SCALE = 4;
    public static final int CONFIGURATION_APPLY = 5;
    public static final int CONFIGURATION_DESTROY = 6;
    public static final int SET_PRIORITY = 11;
    /** The version that {@link #SET_PRIORITY} came with. */
    public static final int PRIORITY_SINCE = 3;
    /** Since version 18. */
    public static final int SET_CUSTOM_MODES = 28;
    public static final int CONFIGURATION_APPLIED = 0;
    public static final int CONFIGURATION_FAILED = 1;
    /** Since version 12, before {@link #CONFIGURATION_FAILED}. */
    public static final int CONFIGURATION_FAILURE_REASON = 2;

    public static final Interface MODE_LIST = Interface.of("kde_mode_list_v2", 20,
            List.of("destroy()", "add_mode()", "set_resolution(uu)", "set_refresh_rate(u)", "set_reduced_blanking(u)"),
            List.of());
    public static final int MODE_LIST_DESTROY = 0;
    public static final int MODE_LIST_ADD_MODE = 1;
    public static final int MODE_LIST_SET_RESOLUTION = 2;
    public static final int MODE_LIST_SET_REFRESH_RATE = 3;
    public static final int MODE_LIST_SET_REDUCED_BLANKING = 4;

    /** {@code kde-output-order-v1}: names of the outputs that are on, the primary one first. */
    public static final Interface OUTPUT_ORDER = Interface.of("kde_output_order_v1", 1, List.of("destroy()"),
            List.of("output(s)", "done()"));
    public static final int OUTPUT_ORDER_OUTPUT = 0;

    /** {@code org_kde_kwin_fake_input}. */
    public static final Interface FAKE_INPUT = Interface.of("org_kde_kwin_fake_input", 6,
            List.of("authenticate(ss)", "pointer_motion(ff)", "button(uu)", "axis(uf)", "touch_down(uff)",
                    "touch_motion(uff)", "touch_up(u)", "touch_cancel()", "touch_frame()", "pointer_motion_absolute(ff)",
                    "keyboard_key(uu)", "destroy()", "keyboard_keysym(uu)"), List.of());
    public static final int FAKE_AUTHENTICATE = 0;
    public static final int FAKE_POINTER_MOTION = 1;
    public static final int FAKE_BUTTON = 2;
    public static final int FAKE_AXIS = 3;
    /** Since version 3. */
    public static final int FAKE_POINTER_MOTION_ABSOLUTE = 9;
    public static final int FAKE_KEYBOARD_KEY = 10;
    /** The version that {@link #FAKE_KEYBOARD_KEY} came with. */
    public static final int FAKE_KEYS_SINCE = 4;
    /** Since version 5. */
    public static final int FAKE_DESTROY = 11;
    public static final int FAKE_KEYBOARD_KEYSYM = 12;
    /** The version that {@link #FAKE_KEYBOARD_KEYSYM} came with. */
    public static final int FAKE_KEYSYM_SINCE = 6;

    private KdeProtocol() {
    }
}
