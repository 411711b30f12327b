package lumen.host.http;

/** Answers requests, whatever they come in over. */
interface HttpApi {
    /**
     * May block for as long as a user needs to type a PIN or a display to appear.
     *
     * @throws Refusal to be sent as the XML status
     */
    Answer answer(Call call);
}
