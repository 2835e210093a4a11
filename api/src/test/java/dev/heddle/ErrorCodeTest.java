package dev.heddle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import org.junit.jupiter.api.Test;

class ErrorCodeTest {
  @Test
  void everyConstantKnowsItsName() throws Exception {
    int constants = 0;
    for (Field field : ErrorCode.class.getDeclaredFields()) {
      if (field.getType() == ErrorCode.class && Modifier.isPublic(field.getModifiers())) {
        assertThat(((ErrorCode) field.get(null)).name()).isEqualTo(field.getName());
        constants++;
      }
    }
    assertThat(constants).isEqualTo(21);
  }

  @Test
  void unknownCodesAreKept() {
    ErrorCode unknown = new ErrorCode((1L << 62) - 1);
    assertThat(unknown.name()).isEqualTo("unknown");
    assertThat(unknown).hasToString("unknown (0x3fffffffffffffff)");
    assertThat(ErrorCode.H3_NO_ERROR).hasToString("H3_NO_ERROR (0x100)");
    assertThat(new ErrorCode(0x100)).isEqualTo(ErrorCode.H3_NO_ERROR);
  }

  @Test
  void aCodeHas62Bits() {
    assertThatThrownBy(() -> new ErrorCode(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ErrorCode(1L << 62)).isInstanceOf(IllegalArgumentException.class);
  }
}
