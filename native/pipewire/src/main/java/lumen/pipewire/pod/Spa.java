package lumen.pipewire.pod;

/** Numbers of {@code spa/utils/type.h}, {@code spa/param}, {@code spa/buffer} and {@code spa/pod}, as far as lumen uses them. */
public final class Spa {
    public static final int TYPE_NONE = 1;
    public static final int TYPE_BOOL = 2;
    public static final int TYPE_ID = 3;
    public static final int TYPE_INT = 4;
    public static final int TYPE_LONG = 5;
    public static final int TYPE_FLOAT = 6;
    public static final int TYPE_DOUBLE = 7;
    public static final int TYPE_STRING = 8;
    public static final int TYPE_BYTES = 9;
    public static final int TYPE_RECTANGLE = 10;
    public static final int TYPE_FRACTION = 11;
    public static final int TYPE_ARRAY = 13;
    public static final int TYPE_STRUCT = 14;
    public static final int TYPE_OBJECT = 15;
    public static final int TYPE_FD = 18;
    public static final int TYPE_CHOICE = 19;

    public static final int OBJECT_FORMAT = 0x40003;
    public static final int OBJECT_PARAM_BUFFERS = 0x40004;
    public static final int OBJECT_PARAM_META = 0x40005;

    public static final int CHOICE_NONE = 0;
    public static final int CHOICE_RANGE = 1;
    public static final int CHOICE_STEP = 2;
    public static final int CHOICE_ENUM = 3;
    public static final int CHOICE_FLAGS = 4;

    /** The other side must know this property. */
    public static final int PROP_MANDATORY = 1 << 3;
    /** The other side shall answer with all choices it can take too, instead of one. */
    public static final int PROP_DONT_FIXATE = 1 << 4;

    public static final int PARAM_ENUM_FORMAT = 3;
    public static final int PARAM_FORMAT = 4;
    public static final int PARAM_BUFFERS = 5;
    public static final int PARAM_META = 6;

    public static final int MEDIA_TYPE_AUDIO = 1;
    public static final int MEDIA_TYPE_VIDEO = 2;
    public static final int MEDIA_SUBTYPE_RAW = 1;

    public static final int FORMAT_MEDIA_TYPE = 1;
    public static final int FORMAT_MEDIA_SUBTYPE = 2;
    public static final int FORMAT_AUDIO_FORMAT = 0x10001;
    public static final int FORMAT_AUDIO_RATE = 0x10003;
    public static final int FORMAT_AUDIO_CHANNELS = 0x10004;
    public static final int FORMAT_AUDIO_POSITION = 0x10005;
    public static final int FORMAT_VIDEO_FORMAT = 0x20001;
    public static final int FORMAT_VIDEO_MODIFIER = 0x20002;
    public static final int FORMAT_VIDEO_SIZE = 0x20003;
    public static final int FORMAT_VIDEO_FRAMERATE = 0x20004;
    public static final int FORMAT_VIDEO_MAX_FRAMERATE = 0x20005;

    public static final int BUFFERS_BUFFERS = 1;
    public static final int BUFFERS_BLOCKS = 2;
    public static final int BUFFERS_SIZE = 3;
    public static final int BUFFERS_STRIDE = 4;
    public static final int BUFFERS_DATA_TYPE = 6;

    public static final int META_PARAM_TYPE = 1;
    public static final int META_PARAM_SIZE = 2;

    public static final int META_HEADER = 1;
    public static final int META_VIDEO_DAMAGE = 3;
    public static final int META_CURSOR = 5;

    public static final int DATA_MEM_PTR = 1;
    public static final int DATA_MEM_FD = 2;
    public static final int DATA_DMA_BUF = 3;

    public static final int VIDEO_FORMAT_RGBX = 7;
    public static final int VIDEO_FORMAT_BGRX = 8;
    public static final int VIDEO_FORMAT_RGBA = 11;
    public static final int VIDEO_FORMAT_BGRA = 12;
    public static final int VIDEO_FORMAT_XRGB_210LE = 80;
    public static final int VIDEO_FORMAT_XBGR_210LE = 81;
    public static final int VIDEO_FORMAT_ARGB_210LE = 84;
    public static final int VIDEO_FORMAT_ABGR_210LE = 85;

    /** 32-bit float, little-endian, interleaved. */
    public static final int AUDIO_FORMAT_F32 = 0x11b;
    public static final int CHANNEL_MONO = 2;
    public static final int CHANNEL_FL = 3;
    public static final int CHANNEL_FR = 4;
    public static final int CHANNEL_FC = 5;
    public static final int CHANNEL_LFE = 6;
    public static final int CHANNEL_SL = 7;
    public static final int CHANNEL_SR = 8;
    public static final int CHANNEL_RL = 12;
    public static final int CHANNEL_RR = 13;

    private Spa() {
    }
}
