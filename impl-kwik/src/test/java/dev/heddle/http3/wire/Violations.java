package dev.heddle.http3.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Asserts that a call ends with a violation. */
public final class Violations {
  private Violations() {}

  public static void assertConnectionError(H3Error error, ThrowingCallable call) {
    assertViolation(error, ProtocolException.Scope.CONNECTION, call);
  }

  public static void assertStreamError(H3Error error, ThrowingCallable call) {
    assertViolation(error, ProtocolException.Scope.STREAM, call);
  }

  private static void assertViolation(
      H3Error error, ProtocolException.Scope scope, ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).isInstanceOf(ProtocolException.class);
    ProtocolException violation = (ProtocolException) thrown;
    assertThat(violation.error()).isEqualTo(error);
    assertThat(violation.scope()).isEqualTo(scope);
    assertThat(violation).hasMessageMatching(".+");
  }
}
