"""What people have learnt: three levels per lesson, and sessions with those who came."""
