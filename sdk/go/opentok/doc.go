// OpenTok (TokBox / Vonage Video) projects, sessions, tokens, archives, broadcasts and SIP trunks as desired state.
package opentok
