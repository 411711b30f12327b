package lumen.pipewire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import lumen.pipewire.pod.Spa;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutTest {
    @TempDir
    Path folder;

    private final Map<String, Long> ours = new LinkedHashMap<>();

    private void offset(String struct, String field, int value) {
        ours.put("offsetof(struct " + struct + ", " + field + ")", (long) value);
    }

    private void value(String expression, long value) {
        ours.put(expression, value);
    }

    @Test
    void theLayoutsAndConstantsAreThoseOfTheHeaders() throws Exception {
        CCompiler.assumeAvailable();
        buffers();
        interfaces();
        dictionaries();
        events();
        constants();
        StringBuilder program = new StringBuilder("""
                #include <stddef.h>
                #include <stdio.h>
                #include <spa/param/audio/raw.h>
                #include <spa/param/param.h>
                #include <spa/param/buffers.h>
                #include <spa/param/format.h>
                #include <spa/param/video/raw.h>
                #include <pipewire/pipewire.h>
                #include <pipewire/extensions/metadata.h>
                int main(void) {
                """);
        ours.keySet().forEach(name -> program.append("printf(\"%lld\\n\", (long long) (").append(name).append("));\n"));
        String[] answers = CCompiler.run(folder, program.append("return 0; }\n").toString()).split("\n");
        assertEquals(ours.size(), answers.length);
        int i = 0;
        for (Map.Entry<String, Long> entry : ours.entrySet()) {
            assertEquals(Long.parseLong(answers[i++]), entry.getValue(), entry.getKey());
        }
    }

    private void buffers() {
        offset("pw_buffer", "buffer", StreamBuffer.PW_BUFFER);
        offset("pw_buffer", "user_data", StreamBuffer.PW_USER_DATA);
        offset("spa_buffer", "n_metas", StreamBuffer.N_METAS);
        offset("spa_buffer", "n_datas", StreamBuffer.N_DATAS);
        offset("spa_buffer", "metas", StreamBuffer.METAS);
        offset("spa_buffer", "datas", StreamBuffer.DATAS);
        value("sizeof(struct spa_meta)", StreamBuffer.SIZEOF_META);
        offset("spa_meta", "type", StreamBuffer.META_TYPE);
        offset("spa_meta", "size", StreamBuffer.META_SIZE);
        offset("spa_meta", "data", StreamBuffer.META_DATA);
        value("sizeof(struct spa_data)", StreamBuffer.SIZEOF_DATA);
        offset("spa_data", "type", StreamBuffer.DATA_TYPE);
        offset("spa_data", "fd", StreamBuffer.DATA_FD);
        offset("spa_data", "mapoffset", StreamBuffer.DATA_MAPOFFSET);
        offset("spa_data", "maxsize", StreamBuffer.DATA_MAXSIZE);
        offset("spa_data", "data", StreamBuffer.DATA_DATA);
        offset("spa_data", "chunk", StreamBuffer.DATA_CHUNK);
        offset("spa_chunk", "offset", StreamBuffer.CHUNK_OFFSET);
        offset("spa_chunk", "size", StreamBuffer.CHUNK_SIZE);
        offset("spa_chunk", "stride", StreamBuffer.CHUNK_STRIDE);
        offset("spa_chunk", "flags", StreamBuffer.CHUNK_FLAGS);
        value("SPA_CHUNK_FLAG_CORRUPTED", StreamBuffer.CHUNK_CORRUPTED);
    }

    private void interfaces() {
        value("sizeof(struct spa_hook)", ProxyMethods.SIZEOF_HOOK);
        value("offsetof(struct spa_interface, cb) + offsetof(struct spa_callbacks, funcs)", ProxyMethods.INTERFACE_FUNCTIONS);
        value("offsetof(struct spa_interface, cb) + offsetof(struct spa_callbacks, data)", ProxyMethods.INTERFACE_DATA);
        offset("pw_core_methods", "add_listener", ProxyMethods.ADD_LISTENER);
        offset("pw_core_methods", "sync", ProxyMethods.CORE_SYNC);
        offset("pw_core_methods", "get_registry", ProxyMethods.CORE_GET_REGISTRY);
        offset("pw_core_methods", "create_object", ProxyMethods.CORE_CREATE_OBJECT);
        offset("pw_registry_methods", "add_listener", ProxyMethods.ADD_LISTENER);
        offset("pw_registry_methods", "bind", ProxyMethods.REGISTRY_BIND);
        offset("pw_registry_methods", "destroy", ProxyMethods.REGISTRY_DESTROY);
        offset("pw_metadata_methods", "set_property", ProxyMethods.METADATA_SET_PROPERTY);
        offset("pw_metadata_events", "property", MetadataWatch.PROPERTY);
        value("PW_VERSION_REGISTRY", ProxyMethods.VERSION_REGISTRY);
        value("PW_VERSION_METADATA", ProxyMethods.VERSION_BOUND);
        value("PW_ID_CORE", ProxyMethods.CORE_ID);
        value("EPIPE", CoreEvents.EPIPE);
    }

    private void dictionaries() {
        value("sizeof(struct spa_dict)", Dictionary.SIZEOF_DICT);
        offset("spa_dict", "n_items", Dictionary.N_ITEMS);
        offset("spa_dict", "items", Dictionary.ITEMS);
        value("sizeof(struct spa_dict_item)", Dictionary.SIZEOF_ITEM);
        offset("spa_dict_item", "key", Dictionary.ITEM_KEY);
        offset("spa_dict_item", "value", Dictionary.ITEM_VALUE);
    }

    private void events() {
        value("sizeof(struct pw_core_events) <= " + CoreEvents.EVENTS_SIZE, 1);
        offset("pw_core_events", "done", CoreEvents.DONE);
        offset("pw_core_events", "error", CoreEvents.ERROR);
        value("sizeof(struct pw_registry_events)", RegistryEvents.EVENTS_SIZE);
        offset("pw_registry_events", "global", RegistryEvents.GLOBAL);
        offset("pw_registry_events", "global_remove", RegistryEvents.GLOBAL_REMOVE);
        value("sizeof(struct pw_stream_events)", PipewireStream.EVENTS_SIZE);
        value("PW_VERSION_STREAM_EVENTS", PipewireStream.VERSION);
        offset("pw_stream_events", "state_changed", PipewireStream.STATE_CHANGED);
        offset("pw_stream_events", "param_changed", PipewireStream.PARAM_CHANGED);
        offset("pw_stream_events", "add_buffer", PipewireStream.ADD_BUFFER);
        offset("pw_stream_events", "remove_buffer", PipewireStream.REMOVE_BUFFER);
        offset("pw_stream_events", "process", PipewireStream.PROCESS);
        value("PW_STREAM_FLAG_AUTOCONNECT", PipewireStream.AUTOCONNECT);
        value("PW_STREAM_FLAG_INACTIVE", PipewireStream.INACTIVE);
        value("PW_STREAM_FLAG_MAP_BUFFERS", PipewireStream.MAP_BUFFERS);
        value("PW_STREAM_FLAG_DRIVER", PipewireStream.DRIVER);
        value("PW_STREAM_FLAG_DONT_RECONNECT", PipewireStream.DONT_RECONNECT);
        value("PW_STREAM_FLAG_ALLOC_BUFFERS", PipewireStream.ALLOC_BUFFERS);
        value("(int) PW_ID_ANY", PipewireStream.ANY);
        value("PW_DIRECTION_INPUT", PipewireStream.Direction.INPUT.ordinal());
        value("PW_DIRECTION_OUTPUT", PipewireStream.Direction.OUTPUT.ordinal());
        for (StreamState state : StreamState.values()) {
            assertEquals(state, StreamState.of(state.ordinal() - 1));
            value("PW_STREAM_STATE_" + state, state.ordinal() - 1);
        }
    }

    private void constants() {
        value("SPA_TYPE_None", Spa.TYPE_NONE);
        value("SPA_TYPE_Bool", Spa.TYPE_BOOL);
        value("SPA_TYPE_Id", Spa.TYPE_ID);
        value("SPA_TYPE_Int", Spa.TYPE_INT);
        value("SPA_TYPE_Long", Spa.TYPE_LONG);
        value("SPA_TYPE_Float", Spa.TYPE_FLOAT);
        value("SPA_TYPE_Double", Spa.TYPE_DOUBLE);
        value("SPA_TYPE_String", Spa.TYPE_STRING);
        value("SPA_TYPE_Bytes", Spa.TYPE_BYTES);
        value("SPA_TYPE_Rectangle", Spa.TYPE_RECTANGLE);
        value("SPA_TYPE_Fraction", Spa.TYPE_FRACTION);
        value("SPA_TYPE_Array", Spa.TYPE_ARRAY);
        value("SPA_TYPE_Struct", Spa.TYPE_STRUCT);
        value("SPA_TYPE_Object", Spa.TYPE_OBJECT);
        value("SPA_TYPE_Fd", Spa.TYPE_FD);
        value("SPA_TYPE_Choice", Spa.TYPE_CHOICE);
        value("SPA_TYPE_OBJECT_Format", Spa.OBJECT_FORMAT);
        value("SPA_TYPE_OBJECT_ParamBuffers", Spa.OBJECT_PARAM_BUFFERS);
        value("SPA_TYPE_OBJECT_ParamMeta", Spa.OBJECT_PARAM_META);
        value("SPA_CHOICE_None", Spa.CHOICE_NONE);
        value("SPA_CHOICE_Range", Spa.CHOICE_RANGE);
        value("SPA_CHOICE_Step", Spa.CHOICE_STEP);
        value("SPA_CHOICE_Enum", Spa.CHOICE_ENUM);
        value("SPA_CHOICE_Flags", Spa.CHOICE_FLAGS);
        value("SPA_POD_PROP_FLAG_MANDATORY", Spa.PROP_MANDATORY);
        value("SPA_POD_PROP_FLAG_DONT_FIXATE", Spa.PROP_DONT_FIXATE);
        value("SPA_PARAM_EnumFormat", Spa.PARAM_ENUM_FORMAT);
        value("SPA_PARAM_Format", Spa.PARAM_FORMAT);
        value("SPA_PARAM_Buffers", Spa.PARAM_BUFFERS);
        value("SPA_PARAM_Meta", Spa.PARAM_META);
        value("SPA_MEDIA_TYPE_audio", Spa.MEDIA_TYPE_AUDIO);
        value("SPA_MEDIA_TYPE_video", Spa.MEDIA_TYPE_VIDEO);
        value("SPA_MEDIA_SUBTYPE_raw", Spa.MEDIA_SUBTYPE_RAW);
        value("SPA_FORMAT_mediaType", Spa.FORMAT_MEDIA_TYPE);
        value("SPA_FORMAT_mediaSubtype", Spa.FORMAT_MEDIA_SUBTYPE);
        value("SPA_FORMAT_AUDIO_format", Spa.FORMAT_AUDIO_FORMAT);
        value("SPA_FORMAT_AUDIO_rate", Spa.FORMAT_AUDIO_RATE);
        value("SPA_FORMAT_AUDIO_channels", Spa.FORMAT_AUDIO_CHANNELS);
        value("SPA_FORMAT_AUDIO_position", Spa.FORMAT_AUDIO_POSITION);
        value("SPA_FORMAT_VIDEO_format", Spa.FORMAT_VIDEO_FORMAT);
        value("SPA_FORMAT_VIDEO_modifier", Spa.FORMAT_VIDEO_MODIFIER);
        value("SPA_FORMAT_VIDEO_size", Spa.FORMAT_VIDEO_SIZE);
        value("SPA_FORMAT_VIDEO_framerate", Spa.FORMAT_VIDEO_FRAMERATE);
        value("SPA_FORMAT_VIDEO_maxFramerate", Spa.FORMAT_VIDEO_MAX_FRAMERATE);
        value("SPA_PARAM_BUFFERS_buffers", Spa.BUFFERS_BUFFERS);
        value("SPA_PARAM_BUFFERS_blocks", Spa.BUFFERS_BLOCKS);
        value("SPA_PARAM_BUFFERS_size", Spa.BUFFERS_SIZE);
        value("SPA_PARAM_BUFFERS_stride", Spa.BUFFERS_STRIDE);
        value("SPA_PARAM_BUFFERS_dataType", Spa.BUFFERS_DATA_TYPE);
        value("SPA_PARAM_META_type", Spa.META_PARAM_TYPE);
        value("SPA_PARAM_META_size", Spa.META_PARAM_SIZE);
        value("SPA_META_Header", Spa.META_HEADER);
        value("SPA_META_VideoDamage", Spa.META_VIDEO_DAMAGE);
        value("SPA_META_Cursor", Spa.META_CURSOR);
        value("SPA_DATA_MemPtr", Spa.DATA_MEM_PTR);
        value("SPA_DATA_MemFd", Spa.DATA_MEM_FD);
        value("SPA_DATA_DmaBuf", Spa.DATA_DMA_BUF);
        value("SPA_VIDEO_FORMAT_RGBx", Spa.VIDEO_FORMAT_RGBX);
        value("SPA_VIDEO_FORMAT_BGRx", Spa.VIDEO_FORMAT_BGRX);
        value("SPA_VIDEO_FORMAT_RGBA", Spa.VIDEO_FORMAT_RGBA);
        value("SPA_VIDEO_FORMAT_BGRA", Spa.VIDEO_FORMAT_BGRA);
        value("SPA_VIDEO_FORMAT_xRGB_210LE", Spa.VIDEO_FORMAT_XRGB_210LE);
        value("SPA_VIDEO_FORMAT_xBGR_210LE", Spa.VIDEO_FORMAT_XBGR_210LE);
        value("SPA_VIDEO_FORMAT_ARGB_210LE", Spa.VIDEO_FORMAT_ARGB_210LE);
        value("SPA_VIDEO_FORMAT_ABGR_210LE", Spa.VIDEO_FORMAT_ABGR_210LE);
        value("SPA_AUDIO_FORMAT_F32", Spa.AUDIO_FORMAT_F32);
        value("SPA_AUDIO_CHANNEL_MONO", Spa.CHANNEL_MONO);
        value("SPA_AUDIO_CHANNEL_FL", Spa.CHANNEL_FL);
        value("SPA_AUDIO_CHANNEL_FR", Spa.CHANNEL_FR);
        value("SPA_AUDIO_CHANNEL_FC", Spa.CHANNEL_FC);
        value("SPA_AUDIO_CHANNEL_LFE", Spa.CHANNEL_LFE);
        value("SPA_AUDIO_CHANNEL_SL", Spa.CHANNEL_SL);
        value("SPA_AUDIO_CHANNEL_SR", Spa.CHANNEL_SR);
        value("SPA_AUDIO_CHANNEL_RL", Spa.CHANNEL_RL);
        value("SPA_AUDIO_CHANNEL_RR", Spa.CHANNEL_RR);
    }
}
