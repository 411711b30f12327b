package lumen.tools.selftest;

/**
 * One stage and how it went.
 *
 * @param stage  what was tried
 * @param passed how it went
 * @param figure what was measured, or why it failed, for a person
 */
record Check(String stage, boolean passed, String figure) {
}
