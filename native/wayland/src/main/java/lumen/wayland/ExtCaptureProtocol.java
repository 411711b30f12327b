package lumen.wayland;

import java.util.List;

/** {@code ext-image-copy-capture-v1} and {@code ext-image-capture-source-v1}, for outputs and with painted cursors. */
public final class ExtCaptureProtocol {
    public static final Interface OUTPUT_SOURCE_MANAGER = Interface.of("ext_output_image_capture_source_manager_v1", 1,
            List.of("create_source(no)", "destroy()"), List.of());
    public static final int OUTPUT_SOURCE_CREATE = 0;

    public static final Interface SOURCE = Interface.of("ext_image_capture_source_v1", 1, List.of("destroy()"), List.of());
    public static final int SOURCE_DESTROY = 0;

    public static final Interface MANAGER = Interface.of("ext_image_copy_capture_manager_v1", 1,
            List.of("create_session(nou)", "create_pointer_cursor_session(noo)", "destroy()"), List.of());
    public static final int MANAGER_CREATE_SESSION = 0;
    /** An option of {@code create_session}: the pointer is part of the picture. */
    public static final int PAINT_CURSORS = 1;

    public static final Interface SESSION = Interface.of("ext_image_copy_capture_session_v1", 1,
            List.of("create_frame(n)", "destroy()"),
            List.of("buffer_size(uu)", "shm_format(u)", "dmabuf_device(a)", "dmabuf_format(ua)", "done()", "stopped()"));
    public static final int SESSION_CREATE_FRAME = 0;
    public static final int SESSION_DESTROY = 1;
    public static final int SESSION_BUFFER_SIZE = 0;
    public static final int SESSION_SHM_FORMAT = 1;
    public static final int SESSION_DONE = 4;
    public static final int SESSION_STOPPED = 5;

    public static final Interface FRAME = Interface.of("ext_image_copy_capture_frame_v1", 1,
            List.of("destroy()", "attach_buffer(o)", "damage_buffer(iiii)", "capture()"),
            List.of("transform(u)", "damage(iiii)", "presentation_time(uuu)", "ready()", "failed(u)"));
    public static final int FRAME_DESTROY = 0;
    public static final int FRAME_ATTACH_BUFFER = 1;
    public static final int FRAME_DAMAGE_BUFFER = 2;
    public static final int FRAME_CAPTURE = 3;
    public static final int FRAME_DAMAGE = 1;
    public static final int FRAME_PRESENTATION_TIME = 2;
    public static final int FRAME_READY = 3;
    public static final int FRAME_FAILED = 4;
    /** Reasons of {@code failed}. */
    public static final int FAILED_BUFFER_CONSTRAINTS = 1;
    public static final int FAILED_STOPPED = 2;

    private ExtCaptureProtocol() {
    }
}
