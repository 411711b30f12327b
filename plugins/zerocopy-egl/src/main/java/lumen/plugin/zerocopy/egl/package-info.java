/**
 * {@link lumen.plugin.zerocopy.egl.EglImporter} makes each dmabuf an EGL image once, draws it per frame into a texture of
 * its own, which undoes tiling and compression, and hands on a copy of that: the compositor has its buffer back at once.
 *
 * <p>Everything of OpenGL is bound to the thread that opened it, the session's video thread.
 */
package lumen.plugin.zerocopy.egl;
