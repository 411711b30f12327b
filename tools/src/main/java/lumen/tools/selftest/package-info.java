/**
 * The self-test: starts the host and the reference client as processes of their own on this machine,
 * and verifies what was streamed.
 */
package lumen.tools.selftest;
